// What is published about the two-dimensional sets of MedMNIST v2 at 28 pixels: the INFO table of the medmnist package,
// version 3.0.2, and their source data. Class names and their order are the published ones.

import type { Task } from "../dataset.ts";

export type MedMnistSet = {
  /**
   * Of the `.npz` file, as MedMNIST publishes it. It tells a damaged or altered copy, not a forged one; what a bundle
   * pins is the file's SHA-256.
   */
  md5: string;
  task: Task;
  /** Published as a task of ordinal regression. */
  ordinal?: boolean;
  channels: 1 | 3;
  licence: string;
  /** The data that the set was made from. */
  source: string;
  classes: string[];
};

const KERMANY =
  "D. S. Kermany et al., Identifying medical diagnoses and treatable diseases by image-based deep learning, Cell 172 (2018)";
const LITS = "P. Bilic et al., The Liver Tumor Segmentation Benchmark (LiTS), Medical Image Analysis 84 (2023)";
const ORGANS = [
  "bladder",
  "femur-left",
  "femur-right",
  "heart",
  "kidney-left",
  "kidney-right",
  "liver",
  "lung-left",
  "lung-right",
  "pancreas",
  "spleen",
];

export const MEDMNIST_SETS = {
  pneumoniamnist: {
    md5: "28209eda62fecd6e6a2d98b1501bb15f",
    task: "binary",
    channels: 1,
    licence: "CC BY 4.0",
    source: KERMANY,
    classes: ["normal", "pneumonia"],
  },
  breastmnist: {
    md5: "750601b1f35ba3300ea97c75c52ff8f6",
    task: "binary",
    channels: 1,
    licence: "CC BY 4.0",
    source: "W. Al-Dhabyani et al., Dataset of breast ultrasound images, Data in Brief 28 (2020)",
    classes: ["malignant", "normal, benign"],
  },
  // Grades of diabetic retinopathy; their order is lost to a classifier.
  retinamnist: {
    md5: "bd4c0672f1bba3e3a89f0e4e876791e4",
    task: "multiclass",
    ordinal: true,
    channels: 3,
    licence: "CC BY 4.0",
    source:
      "R. Liu et al., DeepDRiD: Diabetic retinopathy grading and image quality estimation challenge, Patterns 3 (2022)",
    classes: ["0", "1", "2", "3", "4"],
  },
  pathmnist: {
    md5: "a8b06965200029087d5bd730944a56c1",
    task: "multiclass",
    channels: 3,
    licence: "CC BY 4.0",
    source:
      "J. N. Kather et al., Predicting survival from colorectal cancer histology slides using deep learning, PLOS Medicine 16 (2019)",
    classes: [
      "adipose",
      "background",
      "debris",
      "lymphocytes",
      "mucus",
      "smooth muscle",
      "normal colon mucosa",
      "cancer-associated stroma",
      "colorectal adenocarcinoma epithelium",
    ],
  },
  chestmnist: {
    md5: "02c8a6516a18b556561a56cbdd36c4a8",
    task: "multilabel",
    channels: 1,
    licence: "CC BY 4.0",
    source: "X. Wang et al., ChestX-ray8, CVPR (2017)",
    classes: [
      "atelectasis",
      "cardiomegaly",
      "effusion",
      "infiltration",
      "mass",
      "nodule",
      "pneumonia",
      "pneumothorax",
      "consolidation",
      "edema",
      "emphysema",
      "fibrosis",
      "pleural",
      "hernia",
    ],
  },
  dermamnist: {
    md5: "0744692d530f8e62ec473284d019b0c7",
    task: "multiclass",
    channels: 3,
    licence: "CC BY-NC 4.0",
    source: "P. Tschandl et al., The HAM10000 dataset, Scientific Data 5 (2018)",
    classes: [
      "actinic keratoses and intraepithelial carcinoma",
      "basal cell carcinoma",
      "benign keratosis-like lesions",
      "dermatofibroma",
      "melanoma",
      "melanocytic nevi",
      "vascular lesions",
    ],
  },
  octmnist: {
    md5: "c68d92d5b585d8d81f7112f81e2d0842",
    task: "multiclass",
    channels: 1,
    licence: "CC BY 4.0",
    source: KERMANY,
    classes: ["choroidal neovascularization", "diabetic macular edema", "drusen", "normal"],
  },
  bloodmnist: {
    md5: "7053d0359d879ad8a5505303e11de1dc",
    task: "multiclass",
    channels: 3,
    licence: "CC BY 4.0",
    source: "A. Acevedo et al., A dataset of microscopic peripheral blood cell images, Data in Brief 30 (2020)",
    classes: [
      "basophil",
      "eosinophil",
      "erythroblast",
      "immature granulocytes(myelocytes, metamyelocytes and promyelocytes)",
      "lymphocyte",
      "monocyte",
      "neutrophil",
      "platelet",
    ],
  },
  tissuemnist: {
    md5: "ebe78ee8b05294063de985d821c1c34b",
    task: "multiclass",
    channels: 1,
    licence: "CC BY 4.0",
    source: "V. Ljosa et al., Annotated high-throughput microscopy image sets for validation, Nature Methods 9 (2012)",
    classes: [
      "Collecting Duct, Connecting Tubule",
      "Distal Convoluted Tubule",
      "Glomerular endothelial cells",
      "Interstitial endothelial cells",
      "Leukocytes",
      "Podocytes",
      "Proximal Tubule Segments",
      "Thick Ascending Limb",
    ],
  },
  organamnist: {
    md5: "68e3f8846a6bd62f0c9bf841c0d9eacc",
    task: "multiclass",
    channels: 1,
    licence: "CC BY 4.0",
    source: LITS,
    classes: ORGANS,
  },
  organcmnist: {
    md5: "b9ceb9546e10131b32923c5bbeaea2b1",
    task: "multiclass",
    channels: 1,
    licence: "CC BY 4.0",
    source: LITS,
    classes: ORGANS,
  },
  organsmnist: {
    md5: "9ab87b696fb54e2a387ebe992d6ed5f1",
    task: "multiclass",
    channels: 1,
    licence: "CC BY 4.0",
    source: LITS,
    classes: ORGANS,
  },
} satisfies Record<string, MedMnistSet>;

export type MedMnistName = keyof typeof MEDMNIST_SETS;
